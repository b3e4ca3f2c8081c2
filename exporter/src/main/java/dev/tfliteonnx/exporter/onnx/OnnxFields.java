package dev.tfliteonnx.exporter.onnx;

/**
 * Field numbers of the messages that a model consists of.
 *
 * <p>Source: the ONNX message definitions, {@code onnx/onnx.proto}.
 */
final class OnnxFields {
    static final class ModelProto {
        static final int IR_VERSION = 1;
        static final int PRODUCER_NAME = 2;
        static final int PRODUCER_VERSION = 3;
        static final int DOC_STRING = 6;
        static final int GRAPH = 7;
        static final int OPSET_IMPORT = 8;
        static final int METADATA_PROPS = 14;

        private ModelProto() {}
    }

    static final class OperatorSetIdProto {
        static final int DOMAIN = 1;
        static final int VERSION = 2;

        private OperatorSetIdProto() {}
    }

    static final class StringStringEntryProto {
        static final int KEY = 1;
        static final int VALUE = 2;

        private StringStringEntryProto() {}
    }

    static final class GraphProto {
        static final int NODE = 1;
        static final int NAME = 2;
        static final int INITIALIZER = 5;
        static final int INPUT = 11;
        static final int OUTPUT = 12;
        static final int VALUE_INFO = 13;

        private GraphProto() {}
    }

    static final class NodeProto {
        static final int INPUT = 1;
        static final int OUTPUT = 2;
        static final int NAME = 3;
        static final int OP_TYPE = 4;
        static final int ATTRIBUTE = 5;
        static final int DOMAIN = 7;

        private NodeProto() {}
    }

    static final class AttributeProto {
        static final int NAME = 1;
        static final int F = 2;
        static final int I = 3;
        static final int S = 4;
        static final int T = 5;
        static final int G = 6;
        static final int FLOATS = 7;
        static final int INTS = 8;
        static final int STRINGS = 9;
        static final int TENSORS = 10;
        static final int GRAPHS = 11;
        static final int TP = 14;
        static final int TYPE = 20;
        static final int SPARSE_TENSOR = 22;

        static final int TYPE_FLOAT = 1;
        static final int TYPE_INT = 2;
        static final int TYPE_STRING = 3;
        static final int TYPE_TENSOR = 4;
        static final int TYPE_GRAPH = 5;
        static final int TYPE_FLOATS = 6;
        static final int TYPE_INTS = 7;
        static final int TYPE_STRINGS = 8;
        static final int TYPE_TENSORS = 9;
        static final int TYPE_GRAPHS = 10;
        static final int TYPE_SPARSE_TENSOR = 11;
        static final int TYPE_TYPE_PROTO = 13;

        private AttributeProto() {}
    }

    static final class TensorProto {
        static final int DIMS = 1;
        static final int DATA_TYPE = 2;
        static final int STRING_DATA = 6;
        static final int NAME = 8;
        static final int RAW_DATA = 9;
        static final int EXTERNAL_DATA = 13;
        static final int DATA_LOCATION = 14;

        static final int LOCATION_EXTERNAL = 1;

        private TensorProto() {}
    }

    static final class SparseTensorProto {
        static final int VALUES = 1;
        static final int INDICES = 2;
        static final int DIMS = 3;

        private SparseTensorProto() {}
    }

    static final class ValueInfoProto {
        static final int NAME = 1;
        static final int TYPE = 2;

        private ValueInfoProto() {}
    }

    static final class TypeProto {
        static final int TENSOR_TYPE = 1;
        static final int SEQUENCE_TYPE = 4;
        static final int MAP_TYPE = 5;
        static final int SPARSE_TENSOR_TYPE = 8;
        static final int OPTIONAL_TYPE = 9;

        static final int ELEM_TYPE = 1;
        static final int MAP_KEY_TYPE = 1;
        static final int MAP_VALUE_TYPE = 2;

        static final int TENSOR_ELEM_TYPE = 1;
        static final int TENSOR_SHAPE = 2;

        private TypeProto() {}
    }

    static final class TensorShapeProto {
        static final int DIM = 1;

        static final int DIM_VALUE = 1;
        static final int DIM_PARAM = 2;

        private TensorShapeProto() {}
    }

    private OnnxFields() {}
}
