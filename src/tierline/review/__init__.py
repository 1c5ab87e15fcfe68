"""复盘: how good was it, in the eyes of those it was for."""
