"""newsclean."""
from newsclean.clean import *
from newsclean.rules import KINDS
__version__ = "0.1.0"
