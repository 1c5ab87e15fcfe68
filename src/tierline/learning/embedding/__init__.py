"""Texts as vectors, so that what means the same lies near: behind one protocol, from three providers or none."""

from tierline.learning.embedding.base import CAP, Embedder, readable
from tierline.learning.embedding.child import ChildEmbedder, is_installed
from tierline.learning.embedding.endpoint import EndpointEmbedder

__all__ = ["CAP", "ChildEmbedder", "Embedder", "EndpointEmbedder", "is_installed", "readable"]
