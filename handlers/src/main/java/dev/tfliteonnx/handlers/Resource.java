package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a tensor of type resource refers to. It is followed at conversion and never becomes an ONNX value. */
sealed interface Resource {
    /** What it is called in messages and names. */
    String name();

    /** A variable, or a tensor that persists from one run to the next. */
    final class Variable implements Resource {
        private final String name;
        private @Nullable Tensor initial;
        private Optional<QuantParams> quant = Optional.empty();

        Variable(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        /** Its elements, as stored, before the first run. */
        Optional<Tensor> initial() {
            return Optional.ofNullable(initial);
        }

        /** How its elements stand for real numbers before the first run. */
        Optional<QuantParams> quant() {
            return quant;
        }

        /** Says what it holds before the first run. */
        void setInitial(Tensor elements, Optional<QuantParams> params) {
            initial = elements;
            quant = params;
        }

        /**
         * Says that nothing is assigned before the first run: all is zero, which in the interpreter is the zero point of
         * an int8 tensor.
         *
         * <p>Source: {@code Subgraph::ResetVariableTensors} of {@code core/subgraph.cc}.
         */
        void setZero(Value like, Shape shape) {
            boolean shifted = like.type() == DataType.INT8
                    && like.quant().filter(QuantParams::isPerTensor).isPresent();
            double zero = shifted ? like.quant().get().zeroPoint() : 0;
            setInitial(Tensor.splat(like.type(), shape, zero), like.quant());
        }
    }

    /** A table of keys and values. */
    final class Table implements Resource {
        private final String name;
        private @Nullable Tensor keys;
        private @Nullable Tensor values;

        Table(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        /** The keys, a vector; empty if none were imported. */
        Optional<Tensor> keys() {
            return Optional.ofNullable(keys);
        }

        /** The values, as many as keys. */
        Optional<Tensor> values() {
            return Optional.ofNullable(values);
        }

        /** Fills the table; what was imported first stays, as in the interpreter. */
        void fill(Tensor newKeys, Tensor newValues) {
            if (keys == null) {
                keys = newKeys;
                values = newValues;
            }
        }
    }
}
