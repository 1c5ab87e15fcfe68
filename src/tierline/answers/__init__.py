"""自动答复: policy, automatic answers as typed actions, how they turned out, and the blind audit of them."""
