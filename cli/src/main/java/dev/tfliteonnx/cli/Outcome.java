package dev.tfliteonnx.cli;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.State;
import dev.tfliteonnx.checker.CheckResult;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.report.ConversionReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What became of one conversion.
 *
 * @param job what was to be done
 * @param exit how it ended
 * @param report what was done; empty if nothing was written
 * @param states what is to be fed back from one run of the model to the next
 * @param files the files written
 * @param bytesOut their size together
 * @param nanos how long it took
 * @param problems why nothing was written
 * @param fault what this program did wrong; empty unless it did
 * @param check what a check found; empty if there was none
 */
record Outcome(
        Job job,
        ExitCode exit,
        Optional<ConversionReport> report,
        List<State> states,
        List<Path> files,
        long bytesOut,
        long nanos,
        List<Diagnostic> problems,
        String fault,
        Optional<CheckResult> check) {
    Outcome {
        states = List.copyOf(states);
        files = List.copyOf(files);
        problems = List.copyOf(problems);
    }

    /** A model was written. */
    static Outcome done(Job job, Conversion conversion, List<Path> files, long bytesOut, long nanos) {
        return new Outcome(
                job,
                ExitCode.OK,
                Optional.of(conversion.report()),
                conversion.states(),
                files,
                bytesOut,
                nanos,
                List.of(),
                "",
                Optional.empty());
    }

    /** The model and its conversion differ, so that nothing was written. */
    static Outcome differs(Job job, CheckResult found, long nanos) {
        return new Outcome(
                job,
                ExitCode.CHECK_FAILED,
                Optional.empty(),
                List.of(),
                List.of(),
                0,
                nanos,
                List.of(),
                "",
                Optional.of(found));
    }

    /** The same with what a check found. */
    Outcome with(CheckResult found) {
        return new Outcome(job, exit, report, states, files, bytesOut, nanos, problems, fault, Optional.of(found));
    }

    /** The model, the options or a file was at fault. */
    static Outcome refused(Job job, List<Diagnostic> problems, long nanos) {
        return new Outcome(
                job,
                ExitCode.of(problems),
                Optional.empty(),
                List.of(),
                List.of(),
                0,
                nanos,
                problems,
                "",
                Optional.empty());
    }

    /** This program was at fault. */
    static Outcome failed(Job job, Throwable fault, long nanos) {
        String text = Main.internal(fault);
        return new Outcome(
                job,
                ExitCode.INTERNAL,
                Optional.empty(),
                List.of(),
                List.of(),
                0,
                nanos,
                List.of(),
                text,
                Optional.empty());
    }

    /** Whether a model was written. */
    boolean isDone() {
        return exit == ExitCode.OK;
    }
}
