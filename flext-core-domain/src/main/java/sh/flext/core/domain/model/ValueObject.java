package sh.flext.core.domain.model;

/** Marks an immutable value that is equal by its content; best a record. */
public interface ValueObject {}
