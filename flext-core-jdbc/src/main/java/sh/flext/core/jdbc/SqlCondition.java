package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.And;
import sh.flext.core.domain.specification.Not;
import sh.flext.core.domain.specification.Or;
import sh.flext.core.domain.specification.Specification;

/** A specification as a condition of SQL with bound parameters. */
final class SqlCondition {

    /** Binds one parameter. */
    @FunctionalInterface
    interface Binder {
        void bind(Connection connection, PreparedStatement statement, int index) throws SQLException;
    }

    /** Translates the leaves of one kind of object; answers false for one that it does not know. */
    @FunctionalInterface
    interface Leaves<T> {
        boolean translate(Specification<T> leaf, SqlCondition into);
    }

    private final StringBuilder sql = new StringBuilder();
    private final List<Binder> binders = new ArrayList<>();

    private SqlCondition() {}

    /** A condition to be appended to. */
    static SqlCondition create() {
        return new SqlCondition();
    }

    /** The condition, or INVALID naming the node that cannot be translated. */
    static <T> Result<SqlCondition> of(Specification<T> specification, Leaves<T> leaves) {
        SqlCondition condition = new SqlCondition();
        return condition.add(specification, leaves).map(done -> condition);
    }

    String sql() {
        return sql.toString();
    }

    /** Binds the parameters from an index on; answers with the index after them. */
    int bind(Connection connection, PreparedStatement statement, int from) throws SQLException {
        int at = from;
        for (Binder binder : binders) {
            binder.bind(connection, statement, at++);
        }
        return at;
    }

    SqlCondition append(String text) {
        sql.append(text);
        return this;
    }

    /** Text with one parameter in it. */
    SqlCondition append(String text, Binder binder) {
        sql.append(text);
        binders.add(binder);
        return this;
    }

    SqlCondition parameter(Binder binder) {
        return append("?", binder);
    }

    private <T> Result<SqlCondition> add(Specification<T> specification, Leaves<T> leaves) {
        if (specification instanceof And<T> and) {
            return join(and.parts(), " and ", "true", leaves);
        }
        if (specification instanceof Or<T> or) {
            return join(or.parts(), " or ", "false", leaves);
        }
        if (specification instanceof Not<T> not) {
            append("not (");
            return add(not.part(), leaves).map(done -> append(")"));
        }
        return leaves.translate(specification, this)
                ? Result.success(this)
                : Result.failure(InvalidInput.of(
                        "specification.untranslatable",
                        "specification",
                        specification.getClass().getName(),
                        "cannot be translated to SQL; compose the specifications of the domain, or judge in memory"));
    }

    private <T> Result<SqlCondition> join(
            List<Specification<T>> parts, String operator, String none, Leaves<T> leaves) {
        append("(").append(parts.isEmpty() ? none : "");
        for (Iterator<Specification<T>> rest = parts.iterator(); rest.hasNext(); ) {
            Result<SqlCondition> added = add(rest.next(), leaves);
            if (added.isFailure()) {
                return added;
            }
            append(rest.hasNext() ? operator : "");
        }
        return Result.success(append(")"));
    }
}
