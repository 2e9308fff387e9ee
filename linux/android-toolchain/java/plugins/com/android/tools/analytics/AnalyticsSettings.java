package com.android.tools.analytics;

import com.android.utils.ILogger;

/**
 * In place of the Android plugin's own, which keeps an id and a salt for usage statistics in ~/.android/analytics.settings,
 * and prints a hundred lines when two builds write that file at once. No file here, and nobody opted in to anything.
 */
public class AnalyticsSettings {
    private static final AnalyticsSettings NOBODY = new AnalyticsSettings();

    public static AnalyticsSettings getInstance(ILogger logger) {
        return NOBODY;
    }

    public static AnalyticsSettings loadSettings() {
        return NOBODY;
    }

    public static AnalyticsSettings createNewAnalyticsSettings() {
        return NOBODY;
    }

    public String getUserId() {
        return "";
    }

    public void setUserId(String id) {
    }

    public boolean hasOptedIn() {
        return false;
    }

    public void setHasOptedIn(boolean opted) {
    }

    public boolean hasDebugDisablePublishing() {
        return true;
    }

    public byte[] getSalt() {
        return new byte[0];
    }

    public void saveSettings() {
    }
}
