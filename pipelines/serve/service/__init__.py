"""The read service: the newest verified release over HTTP, read only.

``shelf`` is one release opened for reading, ``releases`` decides which one is served and
says why another is not, ``ranking`` finds factors by words, ``answers`` puts documents
together, ``guard`` keeps size, number and headers of requests in bounds, ``application``
names the addresses. What needs another room (verifying, choosing a factor) is handed in.
"""

from pipelines.serve.service.application import application
from pipelines.serve.service.releases import Releases

__all__ = ["Releases", "application"]
