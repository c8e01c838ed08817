package sh.flext.core.ports.observability;

import java.util.Map;

enum NoTracing implements Tracing, Tracing.Span {
    INSTANCE;

    @Override
    public Span start(String name, Map<String, String> attributes) {
        return this;
    }

    @Override
    public void fail(String code, String message) {}

    @Override
    public void close() {}
}
