"""Articles: what the support team knows, found in Chinese and English."""
