"""What learns from texts: classifiers, retrieval, embeddings. No Django, no tenant, no words (docs/adr/0013)."""
