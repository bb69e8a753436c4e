"""Words: how they are asked, where they are looked for, how they are spelt."""
