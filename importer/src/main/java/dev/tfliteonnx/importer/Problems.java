package dev.tfliteonnx.importer;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Severity;
import dev.tfliteonnx.diag.Where;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a file, so that all of it is told at once. */
public final class Problems {
    private static final int MAX_LISTED = 100;
    private static final int MAX_NAME = 200;

    private final String file;
    private final List<Diagnostic> errors = new ArrayList<>();
    private final List<Diagnostic> warnings = new ArrayList<>();
    private String place = "";
    private long notListed;

    /** No problems yet, of a file. */
    public Problems(String file) {
        this.file = file;
    }

    /** Says where in the file the problems that follow are, behind their reasons; nothing if empty. */
    public void enter(String newPlace) {
        place = newPlace;
    }

    /** Adds a problem: an error, or a warning if its code is one. */
    public void add(DiagnosticCode code, Where where, String reason, String remedy) {
        List<Diagnostic> list = code.severity() == Severity.ERROR ? errors : warnings;
        if (list.size() < MAX_LISTED) {
            list.add(new Diagnostic(code, clipped(where).in(file), reason + place, remedy));
        } else if (list == errors) {
            notListed++;
        }
    }

    /** How many errors there are so far. */
    public long count() {
        return errors.size() + notListed;
    }

    /** The model contradicts itself. */
    public void invalid(Where where, String reason) {
        add(DiagnosticCode.INVALID_MODEL, where, reason, "");
    }

    /** Adds all that an exception tells. */
    public void addAll(ConversionException cause) {
        cause.diagnostics().forEach(d -> add(d.code(), d.where(), d.reason(), d.remedy()));
    }

    /** Throws all errors, if there are any. */
    public void throwIfAny() throws ConversionException {
        if (errors.isEmpty()) {
            return;
        }
        List<Diagnostic> all = new ArrayList<>(errors);
        if (notListed > 0) {
            all.add(new Diagnostic(
                    DiagnosticCode.INVALID_MODEL,
                    Where.file(file),
                    notListed + " further problems are not listed",
                    ""));
        }
        throw new ConversionException(all);
    }

    /** What was found that is no error. */
    public List<Diagnostic> warnings() {
        return List.copyOf(warnings);
    }

    /** A name from the file, short enough for a message. */
    public static String clip(String name) {
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…";
    }

    private static Where clipped(Where where) {
        List<String> tensors = where.tensors().stream().map(Problems::clip).toList();
        return new Where(clip(where.op()), where.operator(), clip(where.node()), tensors, where.file());
    }
}
