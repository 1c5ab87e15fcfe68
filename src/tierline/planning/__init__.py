"""Planning: what a change would have meant for what was, before it is made."""
