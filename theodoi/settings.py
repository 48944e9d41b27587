"""One place for everything that can be set: paths, contact, limits. Read from `THEODOI_*` variables."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from theodoi import __version__

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What one run of theodoi works with.

    Attributes:
        data: Root of all that theodoi writes (`THEODOI_DATA`).
        registry: Folder of the registry's CSV files (`THEODOI_REGISTRY`).
        allow_private: Whether hosts on loopback or in private ranges may be asked (`THEODOI_ALLOW_PRIVATE`).
        contact: Address that a site's operator can write to; part of the user agent (`THEODOI_CONTACT`).
    """

    model_config = SettingsConfigDict(env_prefix="THEODOI_", frozen=True)

    data: Path = Path("data")
    registry: Path = PROJECT / "warehouse" / "seeds"
    allow_private: bool = False
    contact: str = Field(default="", max_length=200)

    @field_validator("data", "registry", mode="after")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        # Programs that we start may run in another folder.
        return path.expanduser().absolute()

    @property
    def archive(self) -> Path:
        """WARC files, as received."""
        return self.data / "archive"

    @property
    def lake(self) -> Path:
        """Parquet partitions; see `theodoi.lake`."""
        return self.data / "lake"

    @property
    def models(self) -> Path:
        """The classifier's model in use."""
        return self.data / "models"

    @property
    def work(self) -> Path:
        """Unfinished business: open crawls, the private build. Safe to delete when nothing runs."""
        return self.data / "work"

    @property
    def published(self) -> Path:
        """Folder of the finished database and its dated copies."""
        return self.data / "published"

    @property
    def database(self) -> Path:
        """The finished database that analysts open."""
        return self.published / "coverage.duckdb"

    @property
    def public_database(self) -> Path:
        """The finished database without full texts, to be passed on; its tables stand in `public_folder` too."""
        return self.published / "coverage_public.duckdb"

    @property
    def public_folder(self) -> Path:
        """The tables of `public_database` as Parquet and CSV."""
        return self.published / "coverage_public"

    @property
    def reviews(self) -> Path:
        """Monthly review pages."""
        return self.data / "reviews"

    @property
    def user_agent(self) -> str:
        """The name under which we ask: ours, the version and a contact."""
        return f"theodoi/{__version__} (+{self.contact or 'demo on loopback'})"
