"""What people see: tables, JSON documents, the HTML report."""
