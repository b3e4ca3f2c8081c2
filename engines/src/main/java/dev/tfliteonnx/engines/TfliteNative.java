package dev.tfliteonnx.engines;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.ErrorReporter;
import org.bytedeco.tensorflowlite.MutableOpResolver;
import org.bytedeco.tensorflowlite.Reporter_Pointer_BytePointer_Pointer;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/**
 * What the Java binding of TFLite lacks but its library holds: the resolver of the reference kernels, what the engine
 * says when it fails, and quiet. Symbols and the layout of objects are those of the Itanium C++ ABI, so each of these
 * is found out at run time to be there.
 */
final class TfliteNative {
    private static final String REFERENCE_CONSTRUCTOR = "_ZN6tflite3ops7builtin20BuiltinRefOpResolverC1Ev";
    private static final String MINIMUM_SEVERITY =
            "_ZN6tflite16logging_internal13MinimalLogger21minimum_log_severity_E";
    private static final int SEVERITY_ERROR = 2;

    /** More than the resolver's size, which no header of the binding tells. */
    private static final int RESOLVER_BYTES = 4096;

    private static final Pattern BUILD_FOLDER = Pattern.compile("\\S*/tensorflow/lite/");
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    private TfliteNative() {}

    /** Loads the library; a class of its own so that asking for it again gives the first answer. */
    private static final class Library {
        static {
            Loader.loadGlobal(Loader.load(tensorflowlite.class));
            Pointer severity = Loader.addressof(MINIMUM_SEVERITY);
            if (severity != null) {
                new IntPointer(severity).put(SEVERITY_ERROR);
            }
        }

        private Library() {}

        static void load() {}
    }

    /** Resolvers must outlive their interpreters, so there is one of each for good. */
    private static final class Resolvers {
        static final MutableOpResolver XNNPACK = new BuiltinOpResolver();
        static final MutableOpResolver OPTIMIZED = new BuiltinOpResolverWithoutDefaultDelegates();

        private Resolvers() {}
    }

    private static final class ReferenceResolver {
        static final MutableOpResolver LAYERED = new BuiltinOpResolverWithoutDefaultDelegates();
        static final boolean COMPLETE = layer();

        private ReferenceResolver() {}

        private static boolean layer() {
            BytePointer object = new BytePointer(Pointer.calloc(1, RESOLVER_BYTES));
            return function(REFERENCE_CONSTRUCTOR)
                    .map(constructor -> {
                        constructor.call(object, object, object);
                        LAYERED.AddAll(new MutableOpResolver(object));
                        return true;
                    })
                    .orElse(false);
        }
    }

    /** Collects what the engine says, by thread: it speaks on the thread that called it. */
    private static final class Listener extends Reporter_Pointer_BytePointer_Pointer {
        static final Listener ONLY = new Listener();
        static final ThreadLocal<List<String>> HEARD = ThreadLocal.withInitial(ArrayList::new);

        /** Takes where to put a new text, a format and its arguments: the same kinds as a report. */
        private static final Optional<Reporter_Pointer_BytePointer_Pointer> PRINT = function("vasprintf");

        @Override
        public void call(Pointer self, BytePointer format, Pointer arguments) {
            if (PRINT.isEmpty()) {
                HEARD.get().add(format.getString(StandardCharsets.UTF_8));
                return;
            }
            try (PointerPointer<BytePointer> cell = new PointerPointer<>(1L)) {
                // the binding hands over where the pointer to the arguments is, not the pointer
                PRINT.get().call(cell, format, new PointerPointer<>(arguments).get(Pointer.class));
                BytePointer text = cell.get(BytePointer.class);
                HEARD.get().add(text.getString(StandardCharsets.UTF_8));
                Pointer.free(text);
            }
        }
    }

    /** An object whose table of virtual functions holds nothing but the listener. */
    private static final class Reporter {
        static final ErrorReporter ONLY = make();

        private Reporter() {}

        private static ErrorReporter make() {
            if (!Loader.getPlatform().equals("linux-x86_64")) {
                return tensorflowlite.DefaultErrorReporter();
            }
            long listener = new LongPointer(Listener.ONLY).get();
            // two destructors, then Report(format, arguments); nobody destroys it
            LongPointer table = new LongPointer(Pointer.malloc(3 * Long.BYTES));
            table.put(0, listener).put(1, listener).put(2, listener);
            return new ErrorReporter(new LongPointer(Pointer.malloc(Long.BYTES)).put(table.address()));
        }
    }

    /** Loads the library; throws a {@link LinkageError} if it is not there. */
    static void load() {
        Library.load();
    }

    static MutableOpResolver resolver(Kernels kernels) throws EngineException {
        load();
        return switch (kernels) {
            case XNNPACK -> Resolvers.XNNPACK;
            case OPTIMIZED -> Resolvers.OPTIMIZED;
            case REFERENCE -> {
                if (!ReferenceResolver.COMPLETE) {
                    throw new EngineException("this build of TFLite does not export its reference kernels");
                }
                yield ReferenceResolver.LAYERED;
            }
        };
    }

    static ErrorReporter reporter() {
        return Reporter.ONLY;
    }

    /** Forgets what was said so far on this thread. */
    static void listen() {
        Listener.HEARD.get().clear();
    }

    /** An exception that repeats what was said on this thread since {@link #listen}. */
    static EngineException failure(String what) {
        List<String> heard = Listener.HEARD.get();
        String said = heard.stream()
                .map(line -> WHITE_SPACE.matcher(line.strip()).replaceAll(" "))
                .map(line -> BUILD_FOLDER.matcher(line).replaceAll(""))
                .collect(Collectors.joining("; "));
        heard.clear();
        return new EngineException("TFLite " + what + (said.isEmpty() ? "" : ": " + said));
    }

    /** An exported function, as the binding wants it: a cell that holds its address, kept for good. */
    private static Optional<Reporter_Pointer_BytePointer_Pointer> function(String symbol) {
        Pointer address = Loader.addressof(symbol);
        if (address == null) {
            return Optional.empty();
        }
        LongPointer cell = new LongPointer(Pointer.calloc(2, Long.BYTES)).put(address.address());
        return Optional.of(new Reporter_Pointer_BytePointer_Pointer(cell));
    }
}
