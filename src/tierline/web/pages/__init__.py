"""Pages that no single room owns: the door, the portal, the overview of people, the gallery."""
