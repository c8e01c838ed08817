package sh.flext.benchmarks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * db-scheduler: an execution is a one-time task, whose row is deleted at its end, and it has one step. Tasks are claimed by
 * {@code for update skip locked}, four for each thread at a time; where a task is asked for, the scheduler is woken.
 */
record DbSchedulerNode(SchedulerClient client, OneTimeTask<Void> task, Runnable stop) implements DurableNode {

    private static final String CREATE = """
            create table if not exists scheduled_tasks (
                task_name            text not null,
                task_instance        text not null,
                task_data            bytea,
                execution_time       timestamptz,
                picked               boolean not null,
                picked_by            text,
                last_success         timestamptz,
                last_failure         timestamptz,
                consecutive_failures integer,
                last_heartbeat       timestamptz,
                version              bigint not null,
                priority             smallint,
                state                text,
                primary key (task_name, task_instance));
            create index if not exists execution_time_idx on scheduled_tasks (execution_time);
            create index if not exists last_heartbeat_idx on scheduled_tasks (last_heartbeat)""";

    static DbSchedulerNode running(Options options) {
        if (options.steps() != 1) {
            throw new IllegalArgumentException("a task is one step");
        }
        create(options);
        OneTimeTask<Void> task = task(options);
        SchedulerBuilder builder = Scheduler.create(options.database(), task)
                .threads(options.workers())
                .pollUsingLockAndFetch(1, 4)
                .enableImmediateExecution()
                .addSchedulerListener(new AbstractSchedulerListener() {
                    @Override
                    public void onExecutionComplete(ExecutionComplete completed) {
                        options.onEnd().run();
                    }
                });
        if (options.polling() != null) {
            builder.pollingInterval(options.polling());
        }
        Scheduler scheduler = builder.build();
        scheduler.start();
        return new DbSchedulerNode(scheduler, task, scheduler::stop);
    }

    static DbSchedulerNode asking(Options options) {
        OneTimeTask<Void> task = task(options);
        return new DbSchedulerNode(
                SchedulerClient.Builder.create(options.database(), task).build(), task, () -> {});
    }

    private static OneTimeTask<Void> task(Options options) {
        return Tasks.oneTime("nothing")
                .execute((instance, context) -> options.onStep().run());
    }

    private static void create(Options options) {
        try (Connection connection = options.database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void execute() {
        throw new UnsupportedOperationException("nobody can wait for a task");
    }

    @Override
    public void request() {
        client.scheduleIfNotExists(task.schedulableInstance(UUID.randomUUID().toString()));
    }

    @Override
    public void close() {
        stop.run();
    }
}
