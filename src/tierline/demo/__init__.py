"""A believable company, built by calling services with past instants, so that every history is a true one."""
