"""What people of the two enterprises write and say: our own sentences with slots, by fault."""
