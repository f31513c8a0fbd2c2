"""Plans to router configurations, one file per target platform."""
