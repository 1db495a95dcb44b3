<#
.SYNOPSIS
    Removes the service and the program, and the rights that its account was given.
.PARAMETER RemoveData
    Also removes configuration, store and checkpoints.
#>
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding()]
param(
    [string] $AppFolder = (Join-Path $env:ProgramFiles 'ccmtrace'),
    [string] $DataFolder = (Join-Path $env:ProgramData 'ccmtrace'),
    [string] $Account = 'NT SERVICE\ccmtrace',
    [switch] $RemoveData
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot 'Ccmtrace.psm1') -Force

Stop-CcmtraceService
foreach ($folder in Get-LogFolder -Logs @(Find-CcmLog)) { Revoke-FolderAccess -Path $folder -Account $Account }
if (Get-Service -Name ccmtrace -ErrorAction SilentlyContinue) { Invoke-Native sc.exe @('delete', 'ccmtrace') }
Register-EventSource
Write-CcmtraceEvent -Id 3 -Message "ccmtrace was removed from $AppFolder."
Unregister-EventSource

if (Test-Path $AppFolder) { Remove-Item -Path $AppFolder -Recurse -Force }
if ($RemoveData -and (Test-Path $DataFolder)) { Remove-Item -Path $DataFolder -Recurse -Force }
elseif (Test-Path $DataFolder) { Write-Host "Configuration and store are still in ${DataFolder}: -RemoveData removes them." }
