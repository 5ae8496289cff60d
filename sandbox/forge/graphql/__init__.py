"""GraphQL: the part of GitHub's schema that is served, under GitHub's names and nullability.

schema.graphql  the types
objects         records as values of those types; what costs something is computed when asked for
mutations       what changes something
endpoint        one POST: limits, faults, execution, errors with GitHub's `type`
"""
