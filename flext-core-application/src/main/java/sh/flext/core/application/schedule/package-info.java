/**
 * Pipelines that run by themselves; see {@link sh.flext.core.application.schedule.CronSchedule} for what a schedule says, and
 * {@link sh.flext.core.application.schedule.Scheduler} for who sees to it.
 */
@NullMarked
package sh.flext.core.application.schedule;

import org.jspecify.annotations.NullMarked;
