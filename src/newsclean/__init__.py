"""newsclean."""
from newsclean.clean import *
__version__ = "0.1.0"
