package dev.tfliteonnx;

import java.util.Map;

/** Corpus models whose numbers need not match, with the reason. */
final class CorpusExceptions {
    static final Map<String, String> ALL = Map.of();

    private CorpusExceptions() {}
}
