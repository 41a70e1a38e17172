"""Rules and dashboards that Sightline did not generate, checked like its own."""
