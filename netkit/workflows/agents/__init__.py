"""An agent as a job: from campaign files and the URLs of databases to its end."""
