"""The demonstration office: an invented province, its people and its plans."""
