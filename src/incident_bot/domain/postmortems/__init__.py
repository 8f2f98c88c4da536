"""The post-mortem draft: from record and transcript to Markdown that keeps human text."""
