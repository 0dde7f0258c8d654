"""What a site needs where it is hosted: headers, a copy for disks, a starter, and eyes on what is online."""
