"""What every room stands on: clock, transactions, tenancy, jobs, timers, announcements, the database."""
