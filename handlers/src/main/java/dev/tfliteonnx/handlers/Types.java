package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The sets of element types that rows of the tables name; the empty one stands for all. */
final class Types {
    static final Set<DataType> ANY = Set.of();
    static final Set<DataType> FLOATS = set(DataType.FLOAT32, DataType.FLOAT16);
    static final Set<DataType> FLOATS_AND_DOUBLE = with(FLOATS, DataType.FLOAT64);
    static final Set<DataType> SHORTS = set(DataType.INT16);
    static final Set<DataType> WORDS = set(DataType.UINT32);
    static final Set<DataType> SIGNALS = set(DataType.INT16, DataType.INT32, DataType.FLOAT32);
    static final Set<DataType> BOOLS = set(DataType.BOOL);
    static final Set<DataType> INDICES = set(DataType.INT32, DataType.INT64);
    static final Set<DataType> QUANTIZABLE =
            set(DataType.FLOAT32, DataType.FLOAT16, DataType.INT8, DataType.UINT8, DataType.INT16);
    static final Set<DataType> QUANTIZABLE_AND_INT32 = with(QUANTIZABLE, DataType.INT32);
    static final Set<DataType> POWERS = set(DataType.FLOAT32, DataType.FLOAT16, DataType.INT32);
    static final Set<DataType> NUMBERS = with(QUANTIZABLE, DataType.INT32, DataType.INT64, DataType.UINT32);

    private Types() {}

    private static Set<DataType> set(DataType first, DataType... rest) {
        return Collections.unmodifiableSet(EnumSet.of(first, rest));
    }

    private static Set<DataType> with(Set<DataType> types, DataType... more) {
        EnumSet<DataType> all = EnumSet.copyOf(types);
        Collections.addAll(all, more);
        return Collections.unmodifiableSet(all);
    }
}
