"""Every page's ground: base views, navigation, registries, health, errors. May import `portal.access` and below."""
