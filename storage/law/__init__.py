"""Law and custom as data: due days, titles of reports, names of columns and page labels."""
