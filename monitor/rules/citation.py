"""Rules about cited documents."""
