package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tries small models of the corpus one after the other and prints what came of each. */
final class CorpusSweep {
    private static final String OK = "ok";
    private static final String FAILED = "FAILED ";
    private static final long MOST_BYTES = 6_000_000;

    /** From how many models on at least one must be fine. */
    private static final int MANY = 8;

    /** What comes of a model: fine, refused for a reason, failed, or not of the kind that is tried. */
    @FunctionalInterface
    interface Trial {
        /** One of {@link #ok}, {@link #failed}, a reason to refuse it, or nothing. */
        String of(Corpus.Entry entry) throws IOException;
    }

    private CorpusSweep() {}

    static String ok(String detail) {
        return OK + detail;
    }

    static String failed(String why) {
        return FAILED + why;
    }

    /** Fails if a trial does, or of many none is fine. */
    static void run(Path models, int most, String only, Trial trial) throws IOException {
        int tried = 0;
        int fine = 0;
        List<String> failures = new ArrayList<>();
        for (Corpus.Entry entry : Corpus.entries(models)) {
            boolean wanted = entry.runs() && entry.name().contains(only) && Files.size(entry.path()) < MOST_BYTES;
            String said = wanted && tried < most ? trial.of(entry) : "";
            if (said.isEmpty()) {
                continue;
            }
            tried++;
            fine += said.startsWith(OK) ? 1 : 0;
            System.out.printf("%-90s %s%n", entry.name(), said);
            if (said.startsWith(FAILED)) {
                failures.add(entry.name() + " " + said);
            }
        }
        System.out.println(fine + " of " + tried + " models are fine");
        assertEquals(List.of(), failures);
        assertTrue(fine > 0 || tried < MANY, "none of " + tried + " models is fine");
    }
}
