"""The doors: command line and page. Imports every other room, none imports it."""
