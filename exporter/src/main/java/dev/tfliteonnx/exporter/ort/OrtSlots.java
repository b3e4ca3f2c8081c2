package dev.tfliteonnx.exporter.ort;

/**
 * The slots of the tables that an ONNX Runtime model consists of.
 *
 * <p>Source: ONNX Runtime's schema of the format, {@code onnxruntime/core/flatbuffers/schema/ort.fbs}, version 6.
 */
final class OrtSlots {
    /** The letters at byte 4. */
    static final String IDENTIFIER = "ORTM";

    static final class InferenceSession {
        static final int ORT_VERSION = 0;
        static final int MODEL = 1;
        static final int KERNEL_TYPE_STR_RESOLVER = 3;

        private InferenceSession() {}
    }

    static final class Model {
        static final int IR_VERSION = 0;
        static final int OPSET_IMPORT = 1;
        static final int PRODUCER_NAME = 2;
        static final int PRODUCER_VERSION = 3;
        static final int DOMAIN = 4;
        static final int DOC_STRING = 6;
        static final int GRAPH = 7;
        static final int METADATA_PROPS = 9;

        private Model() {}
    }

    /** Of OperatorSetId (domain and version) and StringStringEntry (key and value). */
    static final class Pair {
        static final int KEY = 0;
        static final int VALUE = 1;

        private Pair() {}
    }

    static final class Graph {
        static final int INITIALIZERS = 0;
        static final int NODE_ARGS = 1;
        static final int NODES = 2;
        static final int MAX_NODE_INDEX = 3;
        static final int NODE_EDGES = 4;
        static final int INPUTS = 5;
        static final int OUTPUTS = 6;

        private Graph() {}
    }

    static final class Node {
        static final int NAME = 0;
        static final int DOC_STRING = 1;
        static final int DOMAIN = 2;
        static final int SINCE_VERSION = 3;
        static final int INDEX = 4;
        static final int OP_TYPE = 5;
        static final int EXECUTION_PROVIDER_TYPE = 7;
        static final int INPUTS = 8;
        static final int OUTPUTS = 9;
        static final int ATTRIBUTES = 10;
        static final int INPUT_ARG_COUNTS = 11;
        static final int IMPLICIT_INPUTS = 12;

        private Node() {}
    }

    static final class NodeEdge {
        static final int NODE_INDEX = 0;
        static final int INPUT_EDGES = 1;
        static final int OUTPUT_EDGES = 2;

        private NodeEdge() {}
    }

    static final class ValueInfo {
        static final int NAME = 0;
        static final int DOC_STRING = 1;
        static final int TYPE = 2;

        private ValueInfo() {}
    }

    static final class TypeInfo {
        static final int VALUE_TYPE = 1;
        static final int VALUE = 2;

        static final int TENSOR_TYPE = 1;

        private TypeInfo() {}
    }

    static final class TensorTypeAndShape {
        static final int ELEM_TYPE = 0;
        static final int SHAPE = 1;

        private TensorTypeAndShape() {}
    }

    static final class Shape {
        static final int DIM = 0;

        private Shape() {}
    }

    static final class Dimension {
        static final int VALUE = 0;

        private Dimension() {}
    }

    static final class DimensionValue {
        static final int DIM_TYPE = 0;
        static final int DIM_VALUE = 1;
        static final int DIM_PARAM = 2;

        static final int TYPE_VALUE = 1;
        static final int TYPE_PARAM = 2;

        private DimensionValue() {}
    }

    static final class Tensor {
        static final int NAME = 0;
        static final int DOC_STRING = 1;
        static final int DIMS = 2;
        static final int DATA_TYPE = 3;
        static final int RAW_DATA = 4;
        static final int STRING_DATA = 5;

        private Tensor() {}
    }

    static final class Attribute {
        static final int NAME = 0;
        static final int DOC_STRING = 1;
        static final int TYPE = 2;
        static final int F = 3;
        static final int I = 4;
        static final int S = 5;
        static final int T = 6;
        static final int G = 7;
        static final int FLOATS = 8;
        static final int INTS = 9;
        static final int STRINGS = 10;

        static final int TYPE_FLOAT = 1;
        static final int TYPE_INT = 2;
        static final int TYPE_STRING = 3;
        static final int TYPE_TENSOR = 4;
        static final int TYPE_GRAPH = 5;
        static final int TYPE_FLOATS = 6;
        static final int TYPE_INTS = 7;
        static final int TYPE_STRINGS = 8;

        private Attribute() {}
    }

    static final class KernelTypeStrResolver {
        static final int OP_KERNEL_TYPE_STR_ARGS = 0;

        private KernelTypeStrResolver() {}
    }

    static final class OpIdKernelTypeStrArgsEntry {
        static final int OP_ID = 0;
        static final int KERNEL_TYPE_STR_ARGS = 1;

        private OpIdKernelTypeStrArgsEntry() {}
    }

    static final class KernelTypeStrArgsEntry {
        static final int KERNEL_TYPE_STR = 0;
        static final int ARGS = 1;

        private KernelTypeStrArgsEntry() {}
    }

    static final class ArgTypeAndIndex {
        static final int ARG_TYPE = 0;
        static final int INDEX = 1;

        static final int TYPE_OUTPUT = 1;

        private ArgTypeAndIndex() {}
    }

    private OrtSlots() {}
}
