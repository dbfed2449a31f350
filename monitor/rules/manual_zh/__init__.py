"""The manual of the rules in Chinese: one data file for each family, a table for each rule."""
