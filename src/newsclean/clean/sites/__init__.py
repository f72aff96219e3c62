"""What recurs on a site: learnt from its articles, saved, merged, and given to a cleaner; remembered nowhere else.

``reading`` says what of one article counts, ``counter`` counts a site's articles in bounded memory, ``profile`` is the
value that comes of it, ``profiles`` holds those of many sites, ``file`` saves and loads either.
"""

from newsclean.clean.sites.profile import SiteLine, SiteProfile
from newsclean.clean.sites.profiles import SiteProfiles
from newsclean.errors import OptionError

__all__ = ["SiteLine", "SiteProfile", "SiteProfiles", "check_profile"]


def check_profile(value: object) -> None:
    """Raise :class:`~newsclean.errors.OptionError` where *value* is no profile."""
    if not isinstance(value, SiteProfile | SiteProfiles):
        raise OptionError(
            "site_profile is a newsclean.SiteProfile or newsclean.SiteProfiles, such as SiteProfiles.load(path), "
            f"not {type(value).__name__}"
        )
