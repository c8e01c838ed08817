package sh.flext.core.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Statements as options want them: with the schema before the names of the tables, and with a clock's time in place of the
 * database's. Nothing of that is left in the session. Thread-safe.
 */
final class StatementRewriting {

    /** Statements as they are. */
    static final StatementRewriting NONE = new StatementRewriting(null, null, "");

    /**
     * The tables, where one of them is named in a text, and indexes that go. Others, and constraints, whose names are longer
     * too, are in the schema of their tables.
     */
    private static final Pattern TABLE = Pattern.compile(
            "(?<!['.\\w])flext_(?:event|pipeline|execution|execution_number|snapshot|subscription|schedule|schema|schema_lock|position)\\b"
                    + "|(?<=')flext_event(?='::regclass)|(?<=drop index )flext_\\w+");

    private static final Pattern CURRENT_SCHEMA = Pattern.compile("\\bcurrent_schema\\b(?!\\()");

    /** But where it only keeps H2 from answering as it did the last time: a time that is written out would let it. */
    private static final Pattern NOW =
            Pattern.compile("\\b(?:clock_timestamp\\(\\)|current_timestamp(?:\\(9\\))?)(?! is not null)");

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.nnnnnnnnn'+00:00'");

    private final @Nullable String schema;
    private final @Nullable InstantSource clock;
    private final String timeType;
    private final Map<String, String> qualified = new ConcurrentHashMap<>();

    private StatementRewriting(@Nullable String schema, @Nullable InstantSource clock, String timeType) {
        this.schema = schema;
        this.clock = clock;
        this.timeType = timeType;
    }

    static StatementRewriting of(JdbcOptions options, Database database) {
        return options.schema() == null && options.clock() == null
                ? NONE
                : new StatementRewriting(
                        options.schema(),
                        options.clock(),
                        database == Database.POSTGRESQL ? "timestamptz" : "timestamp with time zone");
    }

    /** The connection, whose statements are rewritten before they are sent. */
    Connection on(Connection connection) {
        return schema == null && clock == null ? connection : rewriting(Connection.class, connection);
    }

    String rewrite(String sql) {
        String text = schema == null ? sql : qualified.computeIfAbsent(sql, this::qualify);
        return clock == null ? text : NOW.matcher(text).replaceAll(Matcher.quoteReplacement(now(clock)));
    }

    private String qualify(String sql) {
        String named =
                TABLE.matcher(sql).replaceAll(table -> Matcher.quoteReplacement('"' + schema + "\"." + table.group()));
        return CURRENT_SCHEMA.matcher(named).replaceAll(Matcher.quoteReplacement("'" + schema + "'"));
    }

    private String now(InstantSource source) {
        Instant instant = source.instant();
        return timeType + " '" + TIME.format(instant.atOffset(ZoneOffset.UTC)) + "'";
    }

    private <T> T rewriting(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                StatementRewriting.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> call(target, method, arguments)));
    }

    private @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        Object @Nullable [] sent = arguments;
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql && takesSql(method)) {
            sent = arguments.clone();
            sent[0] = rewrite(sql);
        }
        try {
            Object answer = method.invoke(target, sent);
            return answer instanceof Statement statement && !(answer instanceof PreparedStatement)
                    ? rewriting(Statement.class, statement)
                    : answer;
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        }
    }

    private static boolean takesSql(Method method) {
        return method.getName().startsWith("prepare") || method.getName().startsWith("execute");
    }
}
