package dev.tfliteonnx.engines;

import java.nio.file.Path;

/** Which engine, set up how. */
public sealed interface EngineOptions permits TfliteOptions, OnnxRuntimeOptions {
    /**
     * Loads a model file.
     *
     * @throws EngineException if the engine refuses it
     */
    Engine open(Path model) throws EngineException;

    /**
     * Loads a model from memory.
     *
     * @throws EngineException if the engine refuses it
     */
    Engine open(byte[] model) throws EngineException;

    /** Whether the engine's classes and native libraries for this platform are on the class path; never throws. */
    boolean isAvailable();
}
