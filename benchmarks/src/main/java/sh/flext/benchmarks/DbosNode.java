package sh.flext.benchmarks;

import dev.dbos.transact.DBOS;
import dev.dbos.transact.DBOSClient;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Queue;
import dev.dbos.transact.workflow.Workflow;

/**
 * DBOS Transact: an execution is a workflow. Asked for where it is to run, it is started at once, past its queue; asked for
 * elsewhere, it goes by the queue, which nodes poll. A workflow has ended when its method returns, just before that is
 * stored.
 */
final class DbosNode implements DurableNode {

    private static final String APPLICATION = "benchmark";

    private static final String VERSION = "1";

    private static final String WORKFLOW = "steps";

    private static final String QUEUE = "executions";

    /** What the proxy of a workflow looks like. */
    public interface Steps {
        /** Runs the steps. */
        void run();
    }

    private static final class StepsInTurn implements Steps {
        private final DBOS dbos;
        private final Options options;

        private StepsInTurn(DBOS dbos, Options options) {
            this.dbos = dbos;
            this.options = options;
        }

        @Override
        @Workflow(name = WORKFLOW)
        public void run() {
            for (int step = 1; step <= options.steps(); step++) {
                dbos.runStep(() -> options.onStep().run(), "step-" + step);
            }
            options.onEnd().run();
        }
    }

    private final DBOS dbos;

    private final Steps steps;

    private DbosNode(DBOS dbos, Steps steps) {
        this.dbos = dbos;
        this.steps = steps;
    }

    static DbosNode running(Options options) {
        DBOS dbos = new DBOS(DBOSConfig.defaults(APPLICATION)
                .withDataSource(options.database())
                .withDatabaseSchema(SCHEMA)
                .withAppVersion(VERSION));
        Steps steps = dbos.registerProxy(Steps.class, new StepsInTurn(dbos, options));
        Queue queue = new Queue(QUEUE).withWorkerConcurrency(options.workers());
        dbos.registerQueue(options.polling() == null ? queue : queue.withPollingInterval(options.polling()));
        dbos.launch();
        return new DbosNode(dbos, steps);
    }

    static DurableNode asking(Options options) {
        DBOSClient client = new DBOSClient(options.database(), SCHEMA);
        DBOSClient.EnqueueOptions enqueue = new DBOSClient.EnqueueOptions(WORKFLOW, QUEUE)
                .withClassName(StepsInTurn.class.getName())
                .withAppVersion(VERSION);
        return new DurableNode() {
            @Override
            public void execute() {
                throw new UnsupportedOperationException("who only asks does not wait for the end");
            }

            @Override
            public void request() {
                client.enqueueWorkflow(enqueue, new Object[0]);
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    @Override
    public void execute() {
        steps.run();
    }

    @Override
    public void request() {
        dbos.startWorkflow(steps::run);
    }

    @Override
    public void close() {
        dbos.close();
    }
}
