"""What every request and answer passes through, one small module each."""
