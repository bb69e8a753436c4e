"""The first to hear of a form with files: it turns away what is too large before a byte is kept."""

from __future__ import annotations

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class BodyCap(FileUploadHandler):
    """Refuses a body over DATA_UPLOAD_MAX_MEMORY_SIZE, which Django asks of everything but files.

    Reading a form at all, as the CSRF check does at any address, writes its files to the disk.
    Staff may send many photos at once.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],  # noqa: ARG002 - Django's signature, like the others here
        META: dict[str, Any],  # noqa: ARG002, N803
        content_length: int,
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and not self._is_staff():
            raise RequestDataTooBig("The body is too large.")

    def _is_staff(self) -> bool:
        user = getattr(self.request, "user", None)
        return user is not None and user.is_staff

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        """The chunk, for the handlers behind this one."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leaves the file to the handlers behind this one."""
