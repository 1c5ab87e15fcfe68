"""Problems and known errors: the cause behind tickets."""
