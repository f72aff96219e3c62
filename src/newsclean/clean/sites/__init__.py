"""What recurs on a site: learnt from its articles, saved, merged, and given to a cleaner; remembered nowhere else.

``reading`` says what of one article counts, ``counter`` counts a site's articles in bounded memory, ``profile`` is the
value that comes of it, ``profiles`` holds those of many sites, ``file`` saves and loads either.
"""

import os

from newsclean.clean.sites.file import load
from newsclean.clean.sites.profile import SiteLine, SiteProfile
from newsclean.clean.sites.profiles import SiteProfiles
from newsclean.errors import OptionError

__all__ = ["SiteLine", "SiteProfile", "SiteProfiles", "check_profile", "load_profiles"]


def check_profile(value: object) -> None:
    """Raise :class:`~newsclean.errors.OptionError` where *value* is no profile."""
    if not isinstance(value, SiteProfile | SiteProfiles):
        raise OptionError(
            "site_profile is a newsclean.SiteProfile or newsclean.SiteProfiles, such as SiteProfiles.load(path), "
            f"not {type(value).__name__}"
        )


def load_profiles(path: str | os.PathLike[str]) -> SiteProfile | SiteProfiles:
    """Return what is in *path*, whichever it is: the profile of articles that named no site, or those of sites.

    Raises:
        FileError: as :meth:`SiteProfiles.load`.
    """
    profiles = load(path)
    if len(profiles) == 1 and profiles[0].site is None:
        return profiles[0]
    return SiteProfiles.load(path)
