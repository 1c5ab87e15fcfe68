"""The ticket: 受理-排障-验证-归档."""
