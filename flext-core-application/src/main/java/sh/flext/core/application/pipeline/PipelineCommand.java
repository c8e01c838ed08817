package sh.flext.core.application.pipeline;

import sh.flext.core.application.command.Command;

/**
 * A command about pipelines and their executions. Commands carry what comes from outside as it comes; their handlers
 * judge it and answer with all that is wrong with it at once.
 */
public sealed interface PipelineCommand<R> extends Command<R>
        permits CreatePipelineCommand,
                UpdatePipelineCommand,
                DeletePipelineCommand,
                AddPipelineStepCommand,
                UpdatePipelineStepCommand,
                RemovePipelineStepCommand,
                ActivatePipelineCommand,
                DeactivatePipelineCommand,
                ExecutePipelineCommand,
                CancelExecutionCommand,
                RerunExecutionCommand,
                PauseScheduleCommand,
                ResumeScheduleCommand,
                BackfillScheduleCommand,
                PurgeExecutionsCommand {}
