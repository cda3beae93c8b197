"""Models of Hugging Face, at pinned revisions. The one file that uses huggingface_hub."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import GuichetError


class HubError(GuichetError):
    """A model that could not be had from the hub, or is not on this machine."""


def download_file(repository: str, revision: str, name: str, folder: Path) -> Path:
    """The file `name` of `repository` at the commit `revision`, in `folder`; resumed where it stopped."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(repository, name, revision=revision, local_dir=folder))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise HubError(
            f"Le fichier {name} du modèle {repository} n'a pas pu être téléchargé depuis Hugging Face "
            f"({type(error).__name__}) ; vérifiez la connexion et relancez « guichet setup --from hub »."
        ) from error


def cached_folder(name: str) -> Path:
    """The folder of the model `name` ("organisation/model") in the local cache; no network. Raises HubError."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise HubError(
            f"Le modèle d'embedding « {name} » n'est ni un dossier ni un modèle présent sur cette machine ; "
            f"téléchargez-le (« hf download {name} ») ou donnez le chemin de son dossier."
        ) from error
