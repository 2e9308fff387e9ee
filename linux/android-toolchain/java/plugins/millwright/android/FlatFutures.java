package millwright.android;

import com.google.common.base.Function;
import com.google.common.util.concurrent.AsyncFunction;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import java.util.concurrent.Executor;

/**
 * What AaptV1.compile calls in place of Guava's Futures.transform (see AaptV1Patch).
 * Its function answers with a future itself. The Guava that the Android plugin was written for flattened that; the one
 * that Debian builds it against doesn't, and whoever waits for the file is handed a future instead.
 */
public final class FlatFutures {
    private FlatFutures() {
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    public static ListenableFuture transform(ListenableFuture input, final Function function, Executor executor) {
        return Futures.transformAsync(input, new AsyncFunction<Object, Object>() {
            @Override
            public ListenableFuture<Object> apply(Object value) {
                Object result = function.apply(value);
                if (result instanceof ListenableFuture) {
                    return (ListenableFuture<Object>) result;
                }
                return Futures.immediateFuture(result);
            }
        }, executor);
    }
}
