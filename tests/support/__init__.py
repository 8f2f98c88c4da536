"""What the tests share: the world a story happens in, clocks, databases, builders."""
